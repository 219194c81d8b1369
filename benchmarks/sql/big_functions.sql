-- The world's own schema: what the loader draws from and plans in. Nothing of the product depends on it.
CREATE SCHEMA big;
CREATE TABLE big.world (at timestamptz, orders bigint, skus bigint, nodes bigint, days integer);
INSERT INTO big.world VALUES (%(at)s, %(orders)s, %(skus)s, %(nodes)s, 100);
CREATE FUNCTION big.at() RETURNS timestamptz STABLE LANGUAGE sql RETURN (SELECT at FROM big.world);
-- A number in [0, 1) that depends on (n, salt) alone: the same world every time, whatever plan the server takes.
CREATE FUNCTION big.u(n bigint, salt bigint) RETURNS float8 IMMUTABLE PARALLEL SAFE LANGUAGE sql
    RETURN (hashint8extended(n, salt) & 2147483647)::float8 / 2147483648.0;
CREATE FUNCTION big.ref(prefix text, n bigint) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql
    RETURN prefix || '-' || translate(
        upper(left(encode(decode(md5(prefix || n::text), 'hex'), 'base64'), 11)), '+/=ILOU', 'ABCWXYZ');
CREATE FUNCTION big.one(choices text[], n bigint, salt bigint) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql
    RETURN choices[1 + floor(big.u(n, salt) * array_length(choices, 1))::int];
CREATE FUNCTION big.first(n bigint) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql RETURN big.one(
    '{Robin,Sasha,Noor,Kim,Alex,Jules,Imani,Luca,Mei,Tariq,Freya,Diego,Anouk,Ravi,Sanna,Theo,Mary,James,Linda,Wei,
      Fatima,Olga,Pedro,Yuki,Nina,Omar,Grace,Henry,Ines,Jonas,Karin,Leo,Marta,Nils,Olive,Paul,Quinn,Rosa,Sven,Tess,
      Uma,Victor,Wanda,Xenia,Yara,Zoe,Aaron,Bella,Carl,Dora,Emil,Flora,Gus,Hana,Ivan,Jana,Kurt,Lena,Milo,Nora}', n, 1);
CREATE FUNCTION big.last(n bigint) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql RETURN big.one(
    '{Vale,Ito,Marsh,Okoye,Brandt,Silva,Kaur,Novak,Reyes,Moreau,Lund,Haddad,Chen,Iyer,Walsh,Dube,Smith,Johnson,Garcia,
      Miller,Davis,Lopez,Wilson,Anderson,Thomas,Taylor,Moore,Jackson,Martin,Lee,Perez,Thompson,White,Harris,Sanchez,
      Clark,Ramirez,Lewis,Robinson,Walker,Young,Allen,King,Wright,Scott,Torres,Nguyen,Hill,Flores,Green,Adams,Nelson,
      Baker,Hall,Rivera,Campbell,Mitchell,Carter,Roberts,Gomez,Phillips,Evans,Turner,Diaz,Parker,Cruz,Edwards,Collins,
      Stewart,Morris,Morales,Murphy,Cook,Rogers,Gutierrez,Ortiz,Morgan,Cooper,Peterson,Bailey}', n, 2);
