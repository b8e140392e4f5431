using System.Diagnostics;
using System.Net;
using EventTorrent.TestKit;

namespace EventTorrent.AllInOne.Tests;

/// <summary>What a person may do to a task while its stream is made, and that the encoder hears of it.</summary>
public sealed class Transcoding_for_a_stream : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly TempDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Starts => _directory["starts"];

    private string Gate => _directory["gate"];

    /// <summary>The server's ffmpeg is one that notes when it makes a stream, and waits with that as long as there is a gate.</summary>
    public async ValueTask InitializeAsync()
    {
        var script = $"#!/bin/sh\ncase \"$*\" in *-progress*) echo $$ >> '{Starts}'; while [ -e '{Gate}' ]; do sleep 0.05; done ;; esac\nexec ffmpeg \"$@\"\n";
        await File.WriteAllTextAsync(_directory["ffmpeg"], script, Cancellation);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_directory["ffmpeg"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    [Fact]
    public async Task A_pause_ends_the_encoder_a_resume_begins_it_again_and_deleting_leaves_nothing()
    {
        // One that no browser plays: it is cut in parts, which are items of their own.
        var film = await TestVideo.MakeAsync(Films.TwelveSeconds with { Encoder = "mpeg4", Width = 320, Height = 180 }, Cancellation);
        var torrent = await new TorrentBuilder { PieceLengthBytes = 64 * 1024 }.BuildAsync(film, Cancellation);
        var other = await new TorrentBuilder { PieceLengthBytes = 32 * 1024 }.BuildAsync(film, Cancellation);
        await using var peer = new ScriptedPeer(torrent);
        await using var otherPeer = new ScriptedPeer(other);
        var (volume, otherVolume) = (Path.Combine(_directory["volume"], torrent.Infohash), Path.Combine(_directory["volume"], other.Infohash));
        await using var server = await Server.StartAsync(
            _directory.FullPath, ("Volume:ReserveMiB", "0"), ("Hls:Preset", "ultrafast"), ("Media:Ffmpeg", _directory["ffmpeg"]), ("Media:Jail", "Off"));
        await File.WriteAllTextAsync(Gate, "", Cancellation);

        await server.SubmitAsync(("magnet", torrent.Magnet(peer.Endpoint)), ("want", "stream"));
        await WaitForEncoderAsync();
        var clock = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.OK, await server.WishAsync(torrent.Infohash, "pause"));
        await server.WaitForAsync(torrent.Infohash, task => task.State() == "Paused", Deadline);
        await WaitForEndAsync(clock, "pause");

        Assert.Equal(HttpStatusCode.OK, await server.WishAsync(torrent.Infohash, "resume"));
        await WaitForEncoderAsync();
        File.Delete(Gate);
        var played = await server.WaitForAsync(torrent.Infohash, task => task.State() == "Playable", Deadline);
        Assert.True(File.Exists(Path.Combine(volume, "0.hls", "master.m3u8")));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, played.GetProperty("failure").ValueKind);
        Assert.Equal(HttpStatusCode.NoContent, await server.DeleteAsync(torrent.Infohash));
        await WaitUntilGoneAsync(volume);

        await File.WriteAllTextAsync(Gate, "", Cancellation);
        await server.SubmitAsync(("magnet", other.Magnet(otherPeer.Endpoint)), ("want", "stream"));
        await WaitForEncoderAsync();
        Assert.True(Directory.Exists(Path.Combine(otherVolume, "0.hls.tmp")));
        clock.Restart();
        Assert.Equal(HttpStatusCode.NoContent, await server.DeleteAsync(other.Infohash));
        await WaitForEndAsync(clock, "delete");
        await WaitUntilGoneAsync(otherVolume);
        await WaitForEndAsync(clock, "delete, at the end");
    }

    private Task WaitForEncoderAsync() => Poll.UntilAsync("encoders are at work", () => CountEncoders() >= 1, Deadline, Cancellation);

    /// <summary>A command that waited in the queue may still begin, and is told to stop in its turn.</summary>
    private async Task WaitForEndAsync(Stopwatch clock, string wish)
    {
        await Poll.UntilAsync("the encoder is gone", () => CountEncoders() == 0, Deadline, Cancellation);
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{wish}: the encoder was gone after {clock.Elapsed.TotalSeconds:0.00} s"));
    }

    private static Task WaitUntilGoneAsync(string path) => Poll.UntilAsync("all of it is gone", () => !Directory.Exists(path), Deadline, Cancellation);

    private int CountEncoders() => File.Exists(Starts) ? File.ReadAllLines(Starts).Count(IsAlive) : 0;

    private static bool IsAlive(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
