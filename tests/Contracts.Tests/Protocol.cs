using System.Globalization;
using System.Reflection;
using System.Text;
using EventTorrent.TestKit;

namespace EventTorrent.Contracts.Tests;

/// <summary>The messages in docs/protocol.md.</summary>
public sealed class Protocol
{
    private static readonly CodeComments Comments = CodeComments.Of(typeof(Infohash).Assembly);
    private static readonly NullabilityInfoContext Nullability = new();

    [Fact]
    public void Of_the_page_is_that_of_the_code()
    {
        var records = typeof(Infohash).Assembly.GetExportedTypes()
            .Where(type => type.IsClass && type.GetMethod("<Clone>$") is not null && type.GetConstructors().Length > 0)
            .OrderBy(type => type.Name, StringComparer.Ordinal).ToList();

        var (page, code) = GeneratedDocument.Compare("docs/protocol.md", "messages", string.Concat(records.Select(Describe)));

        Assert.True(records.Count >= 20, $"{records.Count} records");
        Assert.All(records, record => Assert.NotEqual("", Comments.Of(record)));
        Assert.True(page == code, $"{GeneratedDocument.ApproveVariable}=1 writes it anew:\n{code}");
    }

    private static string Describe(Type record)
    {
        var text = new StringBuilder($"### {record.Name}\n\n{Comments.Of(record)}\n\n| member | type | |\n|---|---|---|\n");
        foreach (var parameter in record.GetConstructors().Single().GetParameters())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {parameter.Name} | `{NameOf(Nullability.Create(parameter))}` | {Comments.Of(record, parameter.Name!)} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string NameOf(NullabilityInfo info)
    {
        var optional = info.ReadState == NullabilityState.Nullable ? "?" : "";
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return info.ElementType is { } element ? $"{NameOf(element)}[]{optional}"
            : type.IsGenericType ? $"list of {string.Join(", ", info.GenericTypeArguments.Select(NameOf))}{optional}"
            : type.Name + optional;
    }
}
