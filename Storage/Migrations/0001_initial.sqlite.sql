CREATE TABLE "tasks" (
    "id" TEXT NOT NULL CONSTRAINT "PK_tasks" PRIMARY KEY,
    "infohash" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "wants" INTEGER NOT NULL,
    "shots" INTEGER NOT NULL,
    "files_asked" TEXT NOT NULL,
    "verification" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "trackers" TEXT NOT NULL,
    "peers" TEXT NOT NULL,
    "attention_since" INTEGER NULL,
    "restart_asked" INTEGER NOT NULL,
    "name" TEXT NULL,
    "size_bytes" INTEGER NULL,
    "piece_length_bytes" INTEGER NULL,
    "is_private" INTEGER NOT NULL,
    "file_count" INTEGER NULL,
    "infohash_v1" TEXT NULL,
    "infohash_v2" TEXT NULL,
    "has_metadata" INTEGER NOT NULL,
    "bytes_fetched" INTEGER NOT NULL,
    "first_shot_at" INTEGER NULL,
    "failure_kind" TEXT NULL,
    "failure_message" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL,
    "started_at" INTEGER NULL,
    "ended_at" INTEGER NULL
);

CREATE TABLE "workers" (
    "worker" TEXT NOT NULL CONSTRAINT "PK_workers" PRIMARY KEY,
    "host" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "volume" TEXT NULL,
    "slots" INTEGER NOT NULL,
    "busy" INTEGER NOT NULL,
    "free_bytes" INTEGER NULL,
    "version" TEXT NOT NULL,
    "started_at" INTEGER NOT NULL,
    "seen_at" INTEGER NOT NULL
);

CREATE TABLE "files" (
    "task_id" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "length_bytes" INTEGER NOT NULL,
    "selected" INTEGER NOT NULL,
    CONSTRAINT "PK_files" PRIMARY KEY ("task_id", "index"),
    CONSTRAINT "FK_files_tasks_task_id" FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE
);

CREATE TABLE "metadata" (
    "task_id" TEXT NOT NULL CONSTRAINT "PK_metadata" PRIMARY KEY,
    "info" BLOB NOT NULL,
    CONSTRAINT "FK_metadata_tasks_task_id" FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE
);

CREATE TABLE "screenshots" (
    "task_id" TEXT NOT NULL,
    "file_index" INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    "wanted_at" INTEGER NOT NULL,
    "taken_at" INTEGER NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "verified" INTEGER NOT NULL,
    "length_bytes" INTEGER NOT NULL,
    "stored_at" INTEGER NOT NULL,
    CONSTRAINT "PK_screenshots" PRIMARY KEY ("task_id", "file_index", "index"),
    CONSTRAINT "FK_screenshots_tasks_task_id" FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE
);

CREATE TABLE "timeline" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_timeline" PRIMARY KEY AUTOINCREMENT,
    "task_id" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "from_state" TEXT NULL,
    "to_state" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "worker" TEXT NULL,
    "lease" INTEGER NULL,
    CONSTRAINT "FK_timeline_tasks_task_id" FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE
);

CREATE TABLE "work_items" (
    "task_id" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "due_at" INTEGER NULL,
    "priority" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "lease" INTEGER NOT NULL,
    "failed_attempts" INTEGER NOT NULL,
    "file_index" INTEGER NULL,
    "shots" INTEGER NOT NULL,
    "plan_lease" INTEGER NOT NULL,
    "stored_bits" INTEGER NOT NULL,
    "promised_bits" INTEGER NULL,
    "resume_data" BLOB NULL,
    "worker" TEXT NULL,
    "volume" TEXT NULL,
    "progress" REAL NULL,
    "bytes_fetched" INTEGER NOT NULL,
    "bytes_fetched_earlier" INTEGER NOT NULL,
    "down_bytes_per_second" INTEGER NOT NULL,
    "peers" INTEGER NOT NULL,
    "failure_kind" TEXT NULL,
    "failure_message" TEXT NULL,
    "container" TEXT NULL,
    "codec" TEXT NULL,
    "duration" INTEGER NULL,
    "bytes_needed" INTEGER NOT NULL,
    "rounds" INTEGER NOT NULL,
    CONSTRAINT "PK_work_items" PRIMARY KEY ("task_id", "step", "index"),
    CONSTRAINT "FK_work_items_tasks_task_id" FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE
);

CREATE INDEX "IX_tasks_attention_since" ON "tasks" ("attention_since");

CREATE INDEX "IX_tasks_created_at_infohash" ON "tasks" ("created_at", "infohash");

CREATE UNIQUE INDEX "IX_tasks_infohash" ON "tasks" ("infohash");

CREATE INDEX "IX_tasks_state_created_at" ON "tasks" ("state", "created_at");

CREATE INDEX "IX_timeline_task_id" ON "timeline" ("task_id");

CREATE INDEX "IX_work_items_state_due_at" ON "work_items" ("state", "due_at");

CREATE INDEX "IX_work_items_state_step_priority_created_at" ON "work_items" ("state", "step", "priority" DESC, "created_at");
