using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.Hosting.Tests;

/// <summary>docs/options.md: every option with what it takes, its default and its range.</summary>
public sealed class OptionsPage
{
    /// <summary>One type of each assembly that has options.</summary>
    private static readonly Type[] Places =
    [
        typeof(BusRegistration), typeof(Api.ApiBus), typeof(Sagas.SagaBus), typeof(Storage.TorrentDb), typeof(Workers.Screenshot.ScreenshotBus),
        typeof(Workers.Download.DownloadBus), typeof(Workers.Transcode.TranscodeBus), typeof(Signaling.SignalingBus), typeof(Media.MediaOptions),
        typeof(Torrents.ITorrentEngine),
    ];

    [Fact]
    public void Names_every_option_of_the_code_as_it_is()
    {
        var options = Places.SelectMany(place => place.Assembly.GetExportedTypes())
            .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(section => section.Section is not null)
            .OrderBy(section => section.Section, StringComparer.Ordinal).ToList();

        var (page, code) = GeneratedDocument.Compare(
            "docs/options.md", "options", string.Concat(options.Select(section => Describe(section.Section!, section.Type))));

        Assert.True(options.Count >= 12, $"{options.Count} sections");
        Assert.True(page == code, $"{GeneratedDocument.ApproveVariable}=1 writes it anew:\n{code}");
    }

    private static string Describe(string name, Type type)
    {
        var comments = CodeComments.Of(type.Assembly);
        var defaults = Activator.CreateInstance(type);
        var text = new StringBuilder($"## {name}\n\n{comments.Of(type)}\n\n| key | takes | default | |\n|---|---|---|---|\n");
        foreach (var key in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{name}:{key.Name}` | {Takes(key)} | {Default(key.GetValue(defaults))} | {comments.Of(key)} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Takes(PropertyInfo key) => (OptionSection.Describe(key.PropertyType), key.GetCustomAttribute<RangeAttribute>()) switch
    {
        var (takes, range) when range is not null => string.Create(CultureInfo.InvariantCulture, $"{takes}, {range.Minimum} to {range.Maximum}"),
        var (takes, _) => takes,
    };

    private static string Default(object? value) => value switch
    {
        null or "" or System.Collections.ICollection { Count: 0 } => "",
        System.Collections.IEnumerable list and not string => string.Join(", ", list.Cast<object>().Select(one => $"`{one}`")),
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };
}
