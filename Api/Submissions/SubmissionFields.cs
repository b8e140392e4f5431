namespace EventTorrent.Api.Submissions;

/// <summary>The fields of a POST as text, whichever content type they came in.</summary>
internal sealed record SubmissionFields
{
    public string? Infohash { get; init; }

    public string? Magnet { get; init; }

    public byte[]? TorrentFile { get; init; }

    public string? Want { get; init; }

    public string? Shots { get; init; }

    public string? Files { get; init; }

    public string? Verification { get; init; }

    public string? Priority { get; init; }

    public string? Webhook { get; init; }
}
