ALTER TABLE tasks ADD COLUMN pause_asked boolean NOT NULL DEFAULT false;

ALTER TABLE tasks ADD COLUMN lease_floor integer NOT NULL DEFAULT 0;

ALTER TABLE workers ADD COLUMN beat bigint NOT NULL DEFAULT 0;

ALTER TABLE workers ADD COLUMN stopped_at timestamp with time zone;

CREATE TABLE deleted_tasks (
    task_id uuid NOT NULL,
    lease_floor integer NOT NULL,
    deleted_at timestamp with time zone NOT NULL,
    CONSTRAINT "PK_deleted_tasks" PRIMARY KEY (task_id)
);
