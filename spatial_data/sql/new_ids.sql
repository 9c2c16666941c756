-- Takes keys for rows that are about to be written by COPY and refer to each other.
SELECT nextval(pg_get_serial_sequence(%(table)s, 'id'))
FROM generate_series(1, %(count)s);
