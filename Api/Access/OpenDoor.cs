using System.Net;
using EventTorrent.Hosting;
using Microsoft.Extensions.Options;

namespace EventTorrent.Api.Access;

/// <summary>
/// While there is no key the door stands open to the person at this machine, and to nobody else: it listens on loopback
/// addresses alone, and no proxy passes the requests of others on.
/// </summary>
internal sealed class OpenDoor(IConfiguration configuration, IOptions<ApiOptions> options)
{
    private readonly string? _foreign = HostAddress.FindForeign(configuration);

    private bool IsLocal => _foreign is null && options.Value.TrustedProxies.Count == 0;

    public bool IsOpenTo(HttpContext context, Ring ring) =>
        ring.IsEmpty && IsLocal && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    /// <summary>Refuses to listen where others can reach it while nobody has a key.</summary>
    /// <exception cref="OptionsValidationException">It says what to do.</exception>
    public async Task CheckAsync(KeyRing keys, CancellationToken cancellationToken)
    {
        if (!IsLocal && (await keys.ReadAgainAsync(cancellationToken)).IsEmpty)
        {
            var why = _foreign is null ? $"{ApiOptions.Section}:{nameof(ApiOptions.TrustedProxies)} is set" : $"the server is to listen on {_foreign}";
            throw new OptionsValidationException(ApiOptions.Section, typeof(ApiOptions),
            [
                $"There is no key yet, and without one the door is for this machine alone; but {why}. Make a key first " +
                $"(./run.sh keys create me --role admin), or set {ApiOptions.Section}:{nameof(ApiOptions.AdminKey)}, or listen on a loopback address such as http://127.0.0.1:8080.",
            ]);
        }
    }
}
