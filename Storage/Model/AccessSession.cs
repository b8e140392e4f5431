namespace EventTorrent.Storage.Model;

/// <summary>A login of a page: what its cookie is good for is what the key is good for, and not longer than the key.</summary>
public sealed class AccessSession
{
    /// <summary>The public part of the cookie's value.</summary>
    public string Id { get; set; } = "";

    /// <summary>The key that it was begun with: one with a row, or the one of the configuration.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>SHA-256 of the secret part.</summary>
    public byte[] Hash { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
