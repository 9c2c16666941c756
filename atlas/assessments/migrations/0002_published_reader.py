from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# A role that sees the published schema and nothing else. Roles belong to the whole server: another
# database of it may have made the role already, and a guarded server may not let us make one.
READER = """
DO $$
BEGIN
    CREATE ROLE atlas_published_reader NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'The database user may not create roles. As an administrator run: '
            'CREATE ROLE atlas_published_reader NOLOGIN; GRANT atlas_published_reader TO %; then migrate again.',
            current_user;
END
$$;
DO $$
BEGIN
    EXECUTE format('GRANT atlas_published_reader TO %I', current_user);
EXCEPTION
    WHEN unique_violation OR insufficient_privilege OR invalid_grant_operation THEN NULL;
END
$$;
GRANT USAGE ON SCHEMA published TO atlas_published_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA published TO atlas_published_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA published GRANT SELECT ON TABLES TO atlas_published_reader;
"""
NO_READER = """
ALTER DEFAULT PRIVILEGES IN SCHEMA published REVOKE SELECT ON TABLES FROM atlas_published_reader;
REVOKE SELECT ON ALL TABLES IN SCHEMA published FROM atlas_published_reader;
REVOKE USAGE ON SCHEMA published FROM atlas_published_reader;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("assessments", "0001_standards_results_editions")]
    operations: ClassVar = [migrations.RunSQL(sql=READER, reverse_sql=NO_READER)]
