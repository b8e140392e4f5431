using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EventTorrent.TestKit;

/// <summary>The doc comments of an assembly, as text for a page: what the compiler wrote beside it.</summary>
public sealed partial class CodeComments
{
    private readonly Dictionary<string, XElement> _members;

    private CodeComments(Dictionary<string, XElement> members) => _members = members;

    public static CodeComments Of(Assembly assembly) => new(
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml")).Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal));

    /// <summary>"" where there is none.</summary>
    public string Of(Type type) => Text(Find(type)?.Element("summary"));

    public string Of(PropertyInfo property) => Text(_members.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}")?.Element("summary"));

    /// <summary>Of a parameter of a record.</summary>
    public string Of(Type record, string parameter) =>
        Text(Find(record)?.Elements("param").FirstOrDefault(param => (string?)param.Attribute("name") == parameter));

    private XElement? Find(Type type) => _members.GetValueOrDefault($"T:{type.FullName}");

    private static string Text(XElement? comment) =>
        comment is null ? "" : Spaces().Replace(string.Concat(comment.Nodes().Select(Text)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{LastName(see)}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "paramref" } parameter => $"`{(string?)parameter.Attribute("name")}`",
        XElement element => string.Concat(element.Nodes().Select(Text)) + " ",
        _ => "",
    };

    /// <summary>Of <c>T:Name.Space.Type</c> or <c>M:Name.Space.Type.Method(Parameter)</c>.</summary>
    private static string LastName(XElement see) => ((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword") ?? "").Split('(')[0].Split('.', ':')[^1];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
