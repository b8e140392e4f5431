ALTER TABLE work_items
    ADD COLUMN fetched_map bytea,
    ADD COLUMN streams text,
    ADD COLUMN swarm_peers text,
    ADD COLUMN trackers text;
