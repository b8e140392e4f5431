ALTER TABLE "work_items" ADD COLUMN "bound_volume" TEXT NOT NULL DEFAULT '';
ALTER TABLE "work_items" ADD COLUMN "part" INTEGER;
ALTER TABLE "work_items" ADD COLUMN "parts" INTEGER;
ALTER TABLE "work_items" ADD COLUMN "up_bytes_per_second" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "work_items" ADD COLUMN "seeds" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "work_items" ADD COLUMN "done_bytes" INTEGER;
ALTER TABLE "work_items" ADD COLUMN "total_bytes" INTEGER;
ALTER TABLE "work_items" ADD COLUMN "wasted_bytes" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "work_items" ADD COLUMN "remaining" INTEGER;
ALTER TABLE "work_items" ADD COLUMN "speed" REAL;
ALTER TABLE "work_items" ADD COLUMN "stall" TEXT;

-- Work that is bound to a volume is looked for by its volume.
DROP INDEX "IX_work_items_waiting";

CREATE INDEX "IX_work_items_waiting" ON "work_items" ("step", "bound_volume", "priority" DESC, "created_at", "due_at") WHERE state = 'Waiting';
