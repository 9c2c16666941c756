"""Cities, the bodies of the policy council, who serves in them and what each may do."""
