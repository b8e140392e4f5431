using EventTorrent.Media.Paging;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Runs bytes that anybody may have sent through the reader of requests.</summary>
internal static class UntrustedRequest
{
    /// <summary>A request makes sense or is none. Anything else is an exception.</summary>
    public static Task ReadAsync(ReadOnlyMemory<byte> head)
    {
        if (RangeRequest.TryParse(head, out var request)
            && (request.Path.IsEmpty || request.Path.Span[0] != '/' || request.Path.Length > head.Length || request.Start < 0 || request.Last < request.Start))
            throw new InvalidOperationException($"{request} was made of it.");
        return Task.CompletedTask;
    }
}
