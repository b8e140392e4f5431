using System.ComponentModel.DataAnnotations;

namespace EventTorrent.Storage;

/// <summary>Where the rows and the pictures are kept. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>SQLite for one process that holds everything, PostgreSQL for several.</summary>
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>Connection string of PostgreSQL; with SQLite the file is <c>eventtorrent.db</c> in the data directory.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Directory of the database file and the pictures; made when it is not there.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";
}
