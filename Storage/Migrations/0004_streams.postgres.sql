ALTER TABLE work_items
    ADD COLUMN bound_volume character varying(32) NOT NULL DEFAULT '',
    ADD COLUMN part integer,
    ADD COLUMN parts integer,
    ADD COLUMN up_bytes_per_second bigint NOT NULL DEFAULT 0,
    ADD COLUMN seeds integer NOT NULL DEFAULT 0,
    ADD COLUMN done_bytes bigint,
    ADD COLUMN total_bytes bigint,
    ADD COLUMN wasted_bytes bigint NOT NULL DEFAULT 0,
    ADD COLUMN remaining bigint,
    ADD COLUMN speed double precision,
    ADD COLUMN stall text;

-- Work that is bound to a volume is looked for by its volume.
DROP INDEX "IX_work_items_waiting";

CREATE INDEX "IX_work_items_waiting" ON work_items (step, bound_volume, priority DESC, created_at, due_at) WHERE state = 'Waiting';
