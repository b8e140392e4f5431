-- What waits is found in order, and what is under way is found by its time; neither index holds the other millions.
DROP INDEX "IX_work_items_state_step_priority_created_at";

CREATE INDEX "IX_work_items_waiting" ON "work_items" ("step", "priority" DESC, "created_at", "due_at") WHERE state = 'Waiting';

DROP INDEX "IX_work_items_state_due_at";

CREATE INDEX "IX_work_items_under_way" ON "work_items" ("state", "due_at") WHERE state IN ('Queued', 'Running', 'Storing');

DROP INDEX "IX_tasks_attention_since";

CREATE INDEX "IX_tasks_attention_since" ON "tasks" ("attention_since") WHERE attention_since IS NOT NULL;

-- Each order of a list has an index that ends with the infohash, which tells equals apart.
DROP INDEX "IX_tasks_state_created_at";

CREATE INDEX "IX_tasks_state_created_at_infohash" ON "tasks" ("state", "created_at", "infohash");

CREATE INDEX "IX_tasks_updated_at_infohash" ON "tasks" ("updated_at", "infohash");
