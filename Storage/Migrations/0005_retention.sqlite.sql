ALTER TABLE "tasks" ADD COLUMN "last_watched_at" INTEGER;

-- Streams are looked through for those that nobody watches.
CREATE INDEX "IX_tasks_playable" ON "tasks" ("ended_at") WHERE state = 'Playable';
