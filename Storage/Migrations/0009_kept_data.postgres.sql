CREATE TABLE kept_data (
    task_id uuid NOT NULL,
    infohash character varying(64) NOT NULL,
    volume character varying(32) NOT NULL,
    bytes bigint NOT NULL,
    info bytea,
    since timestamp with time zone NOT NULL,
    CONSTRAINT "PK_kept_data" PRIMARY KEY (task_id)
);

CREATE INDEX "IX_kept_data_since" ON kept_data (since);
