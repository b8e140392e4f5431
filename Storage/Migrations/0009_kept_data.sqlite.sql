CREATE TABLE "kept_data" (
    "task_id" TEXT NOT NULL CONSTRAINT "PK_kept_data" PRIMARY KEY,
    "infohash" TEXT NOT NULL,
    "volume" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "info" BLOB NULL,
    "since" INTEGER NOT NULL
);

CREATE INDEX "IX_kept_data_since" ON "kept_data" ("since");
