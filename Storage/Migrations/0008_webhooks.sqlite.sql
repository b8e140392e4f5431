ALTER TABLE "tasks" ADD COLUMN "webhooks" TEXT NOT NULL DEFAULT '[]';

CREATE TABLE "webhook_deliveries" (
    "id" TEXT NOT NULL CONSTRAINT "PK_webhook_deliveries" PRIMARY KEY,
    "task_id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "due_at" INTEGER NULL,
    "delivered_at" INTEGER NULL,
    "last_status" INTEGER NULL,
    "last_error" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    CONSTRAINT "FK_webhook_deliveries_tasks_task_id" FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") ON DELETE CASCADE
);

CREATE INDEX "IX_webhook_deliveries_due" ON "webhook_deliveries" ("due_at") WHERE due_at IS NOT NULL;

CREATE INDEX "IX_webhook_deliveries_task_id" ON "webhook_deliveries" ("task_id");
