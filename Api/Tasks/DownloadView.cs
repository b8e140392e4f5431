namespace EventTorrent.Api.Tasks;

/// <summary>How the download of a task stands.</summary>
/// <param name="State">waiting, queued, running, storing, done or failed.</param>
/// <param name="Volume">Where the files lie, or null before a worker has begun.</param>
/// <param name="DoneBytes">Verified and on the volume; null until that is known.</param>
/// <param name="TotalBytes">Of the files that are downloaded; null until they are known.</param>
/// <param name="BytesFetched">Payload that came for it, of all attempts.</param>
/// <param name="WastedBytes">Payload of the present attempt that came twice or failed its hash.</param>
/// <param name="Map">
/// How much is here of the pieces of these files, in at most 256 equal parts of their row, a byte each: 0 none of a part, 255 all of it.
/// Null while nothing is known.
/// </param>
internal sealed record DownloadView(string State, string? Volume, long? DoneBytes, long? TotalBytes, long BytesFetched, long WastedBytes, byte[]? Map);
