using System.Net;

namespace EventTorrent.Demo;

/// <summary>Asks again what was answered with 503, as it is while the database is away; the client's own time limit ends that.</summary>
internal sealed class PatientHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var response = await base.SendAsync(request, cancellationToken);
            // The question for its health is answered by that.
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || request.RequestUri!.AbsolutePath.StartsWith("/health/", StringComparison.Ordinal))
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
