<?xml version="1.0" encoding="UTF-8"?>
<!--
  Shows an OAI-PMH answer to people who open it in a browser; harvesters do not read it.
  No scripts, and no address but that of the answer itself: every link is a query on the same page.
  Identifiers, prefixes, setSpecs and tokens of mdwatch are made of characters that a query can hold as they are.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:oai="http://www.openarchives.org/OAI/2.0/" exclude-result-prefixes="oai">
  <xsl:output method="html" encoding="UTF-8" doctype-system="about:legacy-compat" indent="no"/>

  <xsl:variable name="request" select="/oai:OAI-PMH/oai:request"/>
  <xsl:variable name="verb" select="$request/@verb"/>
  <!-- A list that goes on names no prefix in its request; every record can be had as oai_dc. -->
  <xsl:variable name="prefix">
    <xsl:choose>
      <xsl:when test="$request/@metadataPrefix"><xsl:value-of select="$request/@metadataPrefix"/></xsl:when>
      <xsl:otherwise>oai_dc</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>

  <xsl:template match="/">
    <html lang="en">
      <head>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>
          <xsl:text>OAI-PMH</xsl:text>
          <xsl:if test="$verb"><xsl:value-of select="concat(': ', $verb)"/></xsl:if>
        </title>
        <xsl:call-template name="style"/>
      </head>
      <body>
        <header>
          <h1>OAI-PMH</h1>
          <nav aria-label="Verbs">
            <xsl:call-template name="tab"><xsl:with-param name="name">Identify</xsl:with-param></xsl:call-template>
            <xsl:call-template name="tab"><xsl:with-param name="name">ListMetadataFormats</xsl:with-param></xsl:call-template>
            <xsl:call-template name="tab"><xsl:with-param name="name">ListSets</xsl:with-param></xsl:call-template>
            <xsl:call-template name="tab">
              <xsl:with-param name="name">ListIdentifiers</xsl:with-param>
              <xsl:with-param name="more">&amp;metadataPrefix=oai_dc</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="tab">
              <xsl:with-param name="name">ListRecords</xsl:with-param>
              <xsl:with-param name="more">&amp;metadataPrefix=oai_dc</xsl:with-param>
            </xsl:call-template>
          </nav>
        </header>
        <main>
          <xsl:apply-templates select="oai:OAI-PMH/oai:*[not(self::oai:responseDate or self::oai:request)]"/>
        </main>
        <footer>
          <p>
            <xsl:text>Answered </xsl:text>
            <time datetime="{oai:OAI-PMH/oai:responseDate}"><xsl:value-of select="oai:OAI-PMH/oai:responseDate"/></time>
            <xsl:text> by </xsl:text>
            <code><xsl:value-of select="$request"/></code>
          </p>
          <p>This page is an answer for harvesters, shown for reading. Its source is the answer itself.</p>
        </footer>
      </body>
    </html>
  </xsl:template>

  <xsl:template name="tab">
    <xsl:param name="name"/>
    <xsl:param name="more"/>
    <a href="?verb={$name}{$more}">
      <xsl:if test="$verb = $name"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if>
      <xsl:value-of select="$name"/>
    </a>
  </xsl:template>

  <!-- Errors -->

  <xsl:template match="oai:error">
    <section class="error">
      <h2><xsl:value-of select="@code"/></h2>
      <p><xsl:value-of select="."/></p>
    </section>
  </xsl:template>

  <!-- Identify -->

  <xsl:template match="oai:Identify">
    <h2><xsl:value-of select="oai:repositoryName"/></h2>
    <dl>
      <xsl:for-each select="oai:*[not(self::oai:repositoryName or self::oai:description)]">
        <dt><xsl:value-of select="local-name()"/></dt>
        <dd><xsl:value-of select="."/></dd>
      </xsl:for-each>
    </dl>
    <xsl:for-each select="oai:description">
      <details>
        <summary><xsl:value-of select="local-name(*)"/></summary>
        <xsl:call-template name="document"/>
      </details>
    </xsl:for-each>
  </xsl:template>

  <!-- ListMetadataFormats -->

  <xsl:template match="oai:ListMetadataFormats">
    <h2>Metadata formats</h2>
    <xsl:for-each select="oai:metadataFormat">
      <section>
        <h3><xsl:value-of select="oai:metadataPrefix"/></h3>
        <dl>
          <dt>Namespace</dt>
          <dd><code><xsl:value-of select="oai:metadataNamespace"/></code></dd>
          <dt>Schema</dt>
          <dd><code><xsl:value-of select="oai:schema"/></code></dd>
        </dl>
        <p>
          <xsl:choose>
            <xsl:when test="$request/@identifier">
              <a href="?verb=GetRecord&amp;metadataPrefix={oai:metadataPrefix}&amp;identifier={$request/@identifier}">Record</a>
            </xsl:when>
            <xsl:otherwise>
              <a href="?verb=ListRecords&amp;metadataPrefix={oai:metadataPrefix}">Records</a>
              <xsl:text> · </xsl:text>
              <a href="?verb=ListIdentifiers&amp;metadataPrefix={oai:metadataPrefix}">Identifiers</a>
            </xsl:otherwise>
          </xsl:choose>
        </p>
      </section>
    </xsl:for-each>
  </xsl:template>

  <!-- ListSets -->

  <xsl:template match="oai:ListSets">
    <h2>Sets</h2>
    <xsl:for-each select="oai:set">
      <section>
        <h3><xsl:value-of select="oai:setName"/></h3>
        <p>
          <code><xsl:value-of select="oai:setSpec"/></code>
          <xsl:text> · </xsl:text>
          <a href="?verb=ListRecords&amp;metadataPrefix=oai_dc&amp;set={oai:setSpec}">Records</a>
          <xsl:text> · </xsl:text>
          <a href="?verb=ListIdentifiers&amp;metadataPrefix=oai_dc&amp;set={oai:setSpec}">Identifiers</a>
        </p>
        <xsl:for-each select="oai:setDescription/*/*">
          <p><xsl:value-of select="."/></p>
        </xsl:for-each>
      </section>
    </xsl:for-each>
    <xsl:apply-templates select="oai:resumptionToken"/>
  </xsl:template>

  <!-- ListIdentifiers, ListRecords, GetRecord -->

  <xsl:template match="oai:ListIdentifiers">
    <h2>Identifiers</h2>
    <xsl:for-each select="oai:header">
      <section><xsl:apply-templates select="."/></section>
    </xsl:for-each>
    <xsl:apply-templates select="oai:resumptionToken"/>
  </xsl:template>

  <xsl:template match="oai:ListRecords | oai:GetRecord">
    <h2>
      <xsl:choose>
        <xsl:when test="self::oai:GetRecord">Record</xsl:when>
        <xsl:otherwise>Records</xsl:otherwise>
      </xsl:choose>
    </h2>
    <xsl:for-each select="oai:record">
      <section>
        <xsl:apply-templates select="oai:header"/>
        <xsl:for-each select="oai:metadata"><xsl:call-template name="document"/></xsl:for-each>
      </section>
    </xsl:for-each>
    <xsl:apply-templates select="oai:resumptionToken"/>
  </xsl:template>

  <xsl:template match="oai:header">
    <h3>
      <a href="?verb=GetRecord&amp;metadataPrefix={$prefix}&amp;identifier={oai:identifier}">
        <xsl:value-of select="oai:identifier"/>
      </a>
      <xsl:if test="@status = 'deleted'"><xsl:text> </xsl:text><strong class="deleted">deleted</strong></xsl:if>
    </h3>
    <p class="quiet">
      <time datetime="{oai:datestamp}"><xsl:value-of select="oai:datestamp"/></time>
      <xsl:text> · </xsl:text>
      <a href="?verb=ListMetadataFormats&amp;identifier={oai:identifier}">formats</a>
      <xsl:for-each select="oai:setSpec">
        <xsl:text> · set </xsl:text>
        <a href="?verb=ListRecords&amp;metadataPrefix={$prefix}&amp;set={.}"><xsl:value-of select="."/></a>
      </xsl:for-each>
    </p>
  </xsl:template>

  <xsl:template match="oai:resumptionToken">
    <p class="onward">
      <xsl:if test="string(.)">
        <a rel="next" href="?verb={$verb}&amp;resumptionToken={.}">Next page</a>
        <xsl:text> </xsl:text>
      </xsl:if>
      <span class="quiet">
        <xsl:variable name="here" select="count(../oai:*[not(self::oai:resumptionToken)])"/>
        <xsl:value-of select="concat(@cursor + 1, ' to ', @cursor + $here)"/>
        <xsl:if test="@completeListSize"><xsl:value-of select="concat(' of ', @completeListSize)"/></xsl:if>
      </span>
    </p>
  </xsl:template>

  <!-- Metadata of any format, as a tree of names and texts -->

  <xsl:template name="document">
    <div class="document"><xsl:apply-templates select="*" mode="tree"/></div>
  </xsl:template>

  <xsl:template match="*" mode="tree">
    <div class="field">
      <span class="name"><xsl:value-of select="name()"/></span>
      <xsl:for-each select="@*[name() != 'xsi:schemaLocation']">
        <span class="quiet"><xsl:value-of select="concat(' ', name(), '=', .)"/></span>
      </xsl:for-each>
      <xsl:apply-templates select="* | text()[normalize-space()]" mode="tree"/>
    </div>
  </xsl:template>

  <xsl:template match="text()" mode="tree">
    <span class="text"><xsl:value-of select="."/></span>
  </xsl:template>

  <xsl:template name="style">
    <style>
      :root { color-scheme: light dark; --ink: #1c2328; --paper: #fbfbf9; --line: #d5d8d8; --quiet: #5a6469;
              --link: #0b5a8a; --alarm: #a32020; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e4e6e5; --paper: #16191b; --line: #373d40; --quiet: #a3acb0; --link: #7fc0ea; --alarm: #ff9a8f; }
      }
      * { box-sizing: border-box; }
      body { margin: 0 auto; max-width: 62rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
             background: var(--paper); overflow-wrap: anywhere; }
      a { color: var(--link); }
      h1, h2, h3 { line-height: 1.25; margin: 0 0 .5rem; }
      h1 { font-size: 1rem; color: var(--quiet); }
      h2 { font-size: 1.4rem; }
      h3 { font-size: 1.05rem; }
      nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding-bottom: .75rem; margin-bottom: 1.25rem;
            border-bottom: 1px solid var(--line); }
      nav a { padding: .25rem 0; }
      nav a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
      section { border-top: 1px solid var(--line); padding: .75rem 0; }
      section p, dl { margin: 0 0 .5rem; }
      dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1rem; }
      dd { margin: 0; }
      dt, .quiet, footer { color: var(--quiet); }
      .error h2, .deleted { color: var(--alarm); }
      .field .field { margin-left: .4rem; padding-left: .75rem; border-left: 1px solid var(--line); }
      .name { color: var(--quiet); font: .85rem ui-monospace, monospace; margin-right: .5rem; }
      .text { white-space: pre-line; }
      .onward { border-top: 1px solid var(--line); padding-top: .75rem; }
      footer { margin-top: 2rem; font-size: .875rem; }
      @media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
    </style>
  </xsl:template>
</xsl:stylesheet>
