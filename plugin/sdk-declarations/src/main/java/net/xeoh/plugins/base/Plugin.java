package net.xeoh.plugins.base;

/** What JSPF loads. */
public interface Plugin {}
