namespace EventTorrent.Storage;

public enum StorageProvider
{
    Sqlite,
    Postgres,
}
