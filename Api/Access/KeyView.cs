namespace EventTorrent.Api.Access;

/// <summary>A key as it is listed.</summary>
/// <param name="Role">viewer, submitter or admin.</param>
/// <param name="LastUsedAt">To five minutes; null while it was not used.</param>
internal sealed record KeyView(string Id, string Name, string Role, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);
