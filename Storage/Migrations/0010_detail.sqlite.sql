ALTER TABLE "work_items" ADD COLUMN "fetched_map" BLOB;

ALTER TABLE "work_items" ADD COLUMN "streams" TEXT;

ALTER TABLE "work_items" ADD COLUMN "swarm_peers" TEXT;

ALTER TABLE "work_items" ADD COLUMN "trackers" TEXT;
