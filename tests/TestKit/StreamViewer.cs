using System.Security.Cryptography;
using System.Text.Json;

namespace EventTorrent.TestKit;

/// <summary>
/// Watches as a browser does, without one: asks the door for a ticket, meets the node at the hub that the door names, and
/// gets files of the first stream over a data channel.
/// </summary>
public static class StreamViewer
{
    private static readonly TimeSpan OneAttempt = TimeSpan.FromMinutes(2);

    /// <summary>Tries until it is served: a node may not have registered yet.</summary>
    /// <returns>SHA-256 of each file in lower-case hex, as it came.</returns>
    public static async Task<IReadOnlyList<string>> GetAsync(
        Uri door, string infohash, IReadOnlyList<string> names, TimeSpan deadline, CancellationToken cancellationToken, Func<string>? details = null)
    {
        var said = "";
        List<string>? hashes = null;
        await Poll.UntilAsync(
            "the viewer is served",
            async token =>
            {
                said = await ToolProcess.RunAsync("node", [NodeProgram.Viewer, door.ToString(), infohash, .. names], OneAttempt, token);
                var answer = JsonElement.Parse(said);
                hashes = answer.TryGetProperty("files", out var files) ? [.. files.EnumerateArray().Select(file => file.GetProperty("sha256").GetString()!)] : null;
                return hashes is not null;
            },
            deadline, cancellationToken, () => $"It said {said}\n{details?.Invoke()}");
        return hashes!;
    }

    /// <summary>What <see cref="GetAsync"/> should return for files of a stream.</summary>
    public static async Task<IReadOnlyList<string>> HashAsync(string stream, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var hashes = new List<string>();
        foreach (var name in names)
        {
            hashes.Add(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(stream, name), cancellationToken))));
        }

        return hashes;
    }
}
