/** Changes with the tables; a later one is refused. */
export const schemaVersion = 1;

/**
 * Imago's tables. What happened stands in `event`, each with its number in its study. `attempt` has a row for each attempt that goes on, with its last sign of
 * life by the server's clock.
 */
export const schema = `
CREATE SCHEMA IF NOT EXISTS imago;
CREATE TABLE IF NOT EXISTS imago.version (version int NOT NULL);
INSERT INTO imago.version SELECT ${schemaVersion} WHERE NOT EXISTS (SELECT FROM imago.version);
CREATE TABLE IF NOT EXISTS imago.study (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  header json NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS imago.event (
  study int NOT NULL REFERENCES imago.study ON DELETE CASCADE,
  n int NOT NULL,
  token uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  body json NOT NULL,
  PRIMARY KEY (study, n)
);
CREATE TABLE IF NOT EXISTS imago.attempt (
  study int NOT NULL REFERENCES imago.study ON DELETE CASCADE,
  trial int NOT NULL,
  attempt int NOT NULL,
  worker text NOT NULL,
  beat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (study, trial, attempt)
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS imago.file (
  study int NOT NULL REFERENCES imago.study ON DELETE CASCADE,
  place text COLLATE "C" NOT NULL,
  name text NOT NULL,
  part int NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (study, place, name, part)
);
`;
