ALTER TABLE "tasks" ADD COLUMN "pause_asked" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "tasks" ADD COLUMN "lease_floor" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "workers" ADD COLUMN "beat" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "workers" ADD COLUMN "stopped_at" INTEGER NULL;

CREATE TABLE "deleted_tasks" (
    "task_id" TEXT NOT NULL CONSTRAINT "PK_deleted_tasks" PRIMARY KEY,
    "lease_floor" INTEGER NOT NULL,
    "deleted_at" INTEGER NOT NULL
);
