using Microsoft.Net.Http.Headers;

namespace EventTorrent.Api.Pictures;

/// <summary>A stored picture as a file.</summary>
internal sealed record Picture(string Path, DateTimeOffset ModifiedAt, EntityTagHeaderValue EntityTag);
