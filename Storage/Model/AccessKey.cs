namespace EventTorrent.Storage.Model;

/// <summary>A key of the door. Its secret was shown once; only the hash of it is here.</summary>
public sealed class AccessKey
{
    /// <summary>The public part of the key's text.</summary>
    public string Id { get; set; } = "";

    /// <summary>What a person calls it.</summary>
    public string Name { get; set; } = "";

    public AccessRole Role { get; set; }

    /// <summary>SHA-256 of the secret part.</summary>
    public byte[] Hash { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>To a few minutes, or null while it was not used.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
