"""
The toolbox of composite indicators, as the Handbook of OECD and JRC (2008) defines it.

Normalisations (step 5), weightings and aggregations (step 6). The need score uses few of them; the
others show what would come out of other choices, and let published cases be run.
"""
