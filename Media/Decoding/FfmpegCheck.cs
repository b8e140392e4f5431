using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Media.Decoding;

/// <summary>Tries the jail when the process starts, so that the log says early how ffmpeg runs, and a required jail that fails stops the start.</summary>
internal sealed class FfmpegCheck(Ffmpeg ffmpeg) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ffmpeg.PrepareAsync(cancellationToken);
        }
        catch (MediaException failure)
        {
            throw new OptionsValidationException(MediaOptions.Section, typeof(MediaOptions), [failure.Message]);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
