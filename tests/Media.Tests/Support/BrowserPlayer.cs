using System.Net;
using System.Text.Json;
using EventTorrent.TestKit;

namespace EventTorrent.Media.Tests.Support;

/// <summary>Chromium with hls.js, which plays streams from a server on loopback to their ends and says what it saw.</summary>
internal sealed class BrowserPlayer : IAsyncDisposable
{
    /// <summary>Chromium takes its time to start on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Four times as fast as it should be; a picture that does not come is a gap in what is buffered.</summary>
    private const string Page = """
        <!doctype html><meta charset="utf-8"><video muted></video><script src="/hls.js"></script><script>
        const video = document.querySelector('video');
        const errors = [];
        const hls = new Hls({ enableWorker: false, maxBufferLength: 60 });
        const report = () => fetch('/report', { method: 'POST', body: JSON.stringify({
          errors, ended: video.ended, time: video.currentTime, duration: video.duration,
          ranges: Array.from({ length: video.buffered.length }, (_, i) => [video.buffered.start(i), video.buffered.end(i)]),
          pictures: video.getVideoPlaybackQuality().totalVideoFrames, size: `${video.videoWidth}x${video.videoHeight}`,
          audio: hls.audioTracks.length, subtitles: hls.subtitleTracks.length }) });
        // A busy machine stalls; where the cause is a gap, the ranges show it.
        hls.on(Hls.Events.ERROR, (_, error) => {
          if (error.fatal || !error.details.startsWith('buffer')) errors.push(error.details);
          if (error.fatal) report();
        });
        video.addEventListener('ended', report);
        video.addEventListener('error', () => { errors.push(video.error.message); report(); });
        hls.loadSource('/stream/master.m3u8');
        hls.attachMedia(video);
        video.playbackRate = 4;
        video.play().catch((error) => { errors.push(String(error)); report(); });
        </script>
        """;

    private readonly TempDirectory _profile = new();
    private readonly HttpListener _server = new();
    private readonly TaskCompletionSource<JsonElement> _report = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    private BrowserPlayer(string folder)
    {
        Address = $"http://127.0.0.1:{FreePort.Next()}/";
        _server.Prefixes.Add(Address);
        _server.Start();
        _serving = ServeAsync(folder);
    }

    private string Address { get; }

    private static string HlsJs => Path.Join(RepositoryPaths.Root, "Web", "node_modules", "hls.js", "dist", "hls.min.js");

    /// <summary>What this machine lacks; null when it lacks nothing.</summary>
    public static string? Missing => Chromium.Missing
        ?? (File.Exists(HlsJs) ? null : "The packages of Web are not installed: ./test.sh Web installs them.");

    /// <summary>Plays the master playlist of a folder.</summary>
    public static async Task<JsonElement> PlayAsync(string folder)
    {
        await using var player = new BrowserPlayer(folder);
        await using var browser = await ToolProcess.StartAsync(
            Chromium.Path,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", $"--user-data-dir={player._profile.FullPath}", player.Address,
            ]);
        var report = await player._report.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        // In its own time, which on a busy machine is longer than that of a kill.
        browser.Signal(UnixSignal.Terminate);
        await browser.WaitForExitAsync(Patience, TestContext.Current.CancellationToken);
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        _server.Close();
        await _serving;
        await _profile.DisposeAsync();
    }

    private async Task ServeAsync(string folder)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _server.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await AnswerAsync(context, folder);
            }
            catch (Exception e) when (e is HttpListenerException or IOException)
            {
                // The browser wants it no more.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, string folder)
    {
        using var response = context.Response;
        var path = context.Request.Url!.AbsolutePath;
        if (path == "/report")
        {
            using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
            _report.TrySetResult(body.RootElement.Clone());
            return;
        }

        var file = path == "/hls.js" ? HlsJs : Path.Join(folder, Path.GetFileName(path));
        response.ContentType = path == "/" ? "text/html" : "application/octet-stream";
        if (path == "/")
            await response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Page));
        else if (File.Exists(file))
            await response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(file));
        else
            response.StatusCode = (int)HttpStatusCode.NotFound;
    }
}
