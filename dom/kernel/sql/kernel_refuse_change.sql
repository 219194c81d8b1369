-- Trigger function of append-only tables: nothing may change or remove a row.
CREATE OR REPLACE FUNCTION kernel_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
