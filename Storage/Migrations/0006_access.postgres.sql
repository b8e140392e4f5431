CREATE TABLE access_keys (
    id character varying(12) NOT NULL,
    name character varying(64) NOT NULL,
    role character varying(16) NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT "PK_access_keys" PRIMARY KEY (id)
);

-- A session's key may be one of the configuration, which has no row.
CREATE TABLE access_sessions (
    id character varying(12) NOT NULL,
    key_id character varying(12) NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT "PK_access_sessions" PRIMARY KEY (id)
);

CREATE INDEX "IX_access_sessions_key_id" ON access_sessions (key_id);
