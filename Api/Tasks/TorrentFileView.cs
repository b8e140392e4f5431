namespace EventTorrent.Api.Tasks;

/// <summary>A file of a torrent that was not submitted yet.</summary>
/// <param name="Path">Untrusted text, '/' between its parts.</param>
/// <param name="IsVideo">By its name.</param>
/// <param name="Selected">Worked on unless files are asked for.</param>
internal sealed record TorrentFileView(int Index, string Path, long SizeBytes, bool IsVideo, bool Selected);
