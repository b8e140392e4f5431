namespace EventTorrent.Architecture.Tests;

public sealed class CSharpCode_keeps_code_only
{
    [Theory]
    [InlineData("a // b\nc", "a     \nc")]
    [InlineData("a /* b\n*/ c", "a     \n   c")]
    [InlineData("a(\"b\\\"c\", d)", "a(      , d)")]
    [InlineData("a(\"\", 'x', '\\'', '\\u0041', b)", "a(  ,    ,     ,         , b)")]
    [InlineData("a(@\"b\"\"c\\\", d)", "a(         , d)")]
    [InlineData("$\"x{b}y{{z}}\" + c", "    b          + c")]
    [InlineData("$\"{(a ? \"x\" : \"y\")}\"", "   (a ?     :    )  ")]
    [InlineData("\"\"\"a \"b\" c\"\"\" + d", "                + d")]
    [InlineData("$$\"\"\"{a} {{b}}\"\"\" + d", "           b      + d")]
    [InlineData("@class.Result", "@class.Result")]
    public void Comments_and_literals_are_blank(string text, string expected)
    {
        var code = CSharpCode.Blank(text);

        Assert.Equal(text.Length, code.Length);
        Assert.Equal(Squeeze(expected), Squeeze(code));
    }

    private static string Squeeze(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
