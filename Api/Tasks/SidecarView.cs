namespace EventTorrent.Api.Tasks;

/// <summary>What to keep beside the pictures of a task, to know later what they are and that they are unchanged.</summary>
/// <param name="Name">Untrusted text.</param>
internal sealed record SidecarView(string Infohash, string? Name, IReadOnlyList<SidecarPictureView> Screenshots);
