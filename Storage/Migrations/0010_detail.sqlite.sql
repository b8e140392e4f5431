ALTER TABLE "work_items" ADD COLUMN "fetched_map" BLOB;

ALTER TABLE "work_items" ADD COLUMN "streams" TEXT;
