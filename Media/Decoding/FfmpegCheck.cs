using Microsoft.Extensions.Hosting;

namespace EventTorrent.Media.Decoding;

/// <summary>Tries the jail when the process starts, so that the log says early how ffmpeg runs, and a required jail that fails stops the start.</summary>
internal sealed class FfmpegCheck(Ffmpeg ffmpeg) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => ffmpeg.PrepareAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
