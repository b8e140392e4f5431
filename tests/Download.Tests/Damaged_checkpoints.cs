using EventTorrent.TestKit;
using EventTorrent.Workers.Download;

namespace EventTorrent.Download.Tests;

/// <summary>What an attempt left is damaged on its way to the next one.</summary>
public sealed class Damaged_checkpoints : IAsyncDisposable
{
    private const int FilmBytes = 1024 * 1024;
    private const int BegunBytes = FilmBytes / 4;

    private readonly Attempts _attempts = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _attempts.DisposeAsync();

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("of another torrent")]
    [InlineData("noise")]
    public async Task Are_not_believed(string damage)
    {
        await using var content = await Content.FilmAsync(FilmBytes, Cancellation);
        await using var other = await Content.FilmAsync(FilmBytes, Cancellation);
        await using var seed = new ScriptedPeer(content.Torrent);
        var checkpoint = await _attempts.BeginAsync(content, BegunBytes);
        checkpoint = damage switch
        {
            "cut" => checkpoint[..(checkpoint.Length / 2)],
            "flipped" => [.. checkpoint.Select((value, at) => at == checkpoint.Length / 2 ? (byte)~value : value)],
            "noise" => [1, 2, 3],
            // Of the right name, volume and files, with the engine's words of the other.
            _ => (Checkpoint.TryParse(checkpoint)! with { Engine = Checkpoint.TryParse(await _attempts.BeginAsync(other, BegunBytes))!.Engine }).ToBytes(),
        };

        await _attempts.CompleteAsync(content, seed, checkpoint);
    }
}
