CREATE TABLE "access_keys" (
    "id" TEXT NOT NULL CONSTRAINT "PK_access_keys" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "hash" BLOB NOT NULL,
    "created_at" INTEGER NOT NULL,
    "last_used_at" INTEGER,
    "revoked_at" INTEGER
);

-- A session's key may be one of the configuration, which has no row.
CREATE TABLE "access_sessions" (
    "id" TEXT NOT NULL CONSTRAINT "PK_access_sessions" PRIMARY KEY,
    "key_id" TEXT NOT NULL,
    "hash" BLOB NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL
);

CREATE INDEX "IX_access_sessions_key_id" ON "access_sessions" ("key_id");
