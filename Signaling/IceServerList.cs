using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace EventTorrent.Signaling;

/// <summary>
/// The servers of the configuration, with credentials that coturn makes out by itself (<c>use-auth-secret</c>): until when
/// they are good, for whom, and that the secret was known.
/// </summary>
internal sealed class IceServerList(IOptions<SignalingOptions> options, TimeProvider time)
{
    private readonly string[] _stun = [.. options.Value.IceServers.Where(url => !IsTurn(url))];
    private readonly string[] _turn = [.. options.Value.IceServers.Where(IsTurn)];

    public static bool IsTurn(string url) => url.StartsWith("turn", StringComparison.Ordinal);

    /// <summary>Those that ask nobody who he is.</summary>
    public IReadOnlyList<IceServer> ForAnybody => _stun.Length > 0 ? [new IceServer(_stun, null, null)] : [];

    /// <param name="user">Whose use coturn counts; no secret.</param>
    public IReadOnlyList<IceServer> For(string user)
    {
        List<IceServer> servers = [.. ForAnybody];
        if (_turn.Length > 0)
        {
            var until = (time.GetUtcNow() + options.Value.TurnLifetime).ToUnixTimeSeconds();
            var username = string.Create(CultureInfo.InvariantCulture, $"{until}:{user}");
            servers.Add(new IceServer(_turn, username, Sign(username)));
        }

        return servers;
    }

    // What coturn and the draft that it follows (draft-uberti-behave-turn-rest-00) say.
#pragma warning disable CA5350
    private string Sign(string username) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(options.Value.TurnSecret!), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350
}
