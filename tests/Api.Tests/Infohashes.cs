using System.Globalization;

namespace EventTorrent.Api.Tests;

/// <summary>Infohashes of torrents that do not exist.</summary>
internal static class Infohashes
{
    public const string One = "c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd";

    public const string Other = "aad050ee1bb22e196939547b134535824dabf0ce";

    public const string V2 = "80e00d84343afd2b6392e966c1267807461946ba9db1d5af4bb50779dcf1ab4e";

    public static string Numbered(int number) => number.ToString("x40", CultureInfo.InvariantCulture);
}
