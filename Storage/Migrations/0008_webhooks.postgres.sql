ALTER TABLE tasks ADD COLUMN webhooks text NOT NULL DEFAULT '[]';

CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    task_id uuid NOT NULL,
    event character varying(32) NOT NULL,
    url text NOT NULL,
    body text NOT NULL,
    attempts integer NOT NULL,
    due_at timestamp with time zone,
    delivered_at timestamp with time zone,
    last_status integer,
    last_error text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT "PK_webhook_deliveries" PRIMARY KEY (id),
    CONSTRAINT "FK_webhook_deliveries_tasks_task_id" FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
);

CREATE INDEX "IX_webhook_deliveries_due" ON webhook_deliveries (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX "IX_webhook_deliveries_task_id" ON webhook_deliveries (task_id);
