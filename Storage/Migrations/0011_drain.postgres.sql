ALTER TABLE workers ADD COLUMN drain_asked boolean NOT NULL DEFAULT false;

ALTER TABLE workers ADD COLUMN draining boolean NOT NULL DEFAULT false;
